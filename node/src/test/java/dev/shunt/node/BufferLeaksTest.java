package dev.shunt.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.LauncherSessionListener;

class BufferLeaksTest {

  @Test
  void aBufferThatNobodyReleasesFailsTheRun() {
    for (ByteBufAllocator allocator :
        new ByteBufAllocator[] {ByteBufAllocator.DEFAULT, UnpooledByteBufAllocator.DEFAULT}) {
      assertThatCode(BufferLeaks::check).doesNotThrowAnyException();
      ByteBuf lost = allocator.ioBuffer();
      assertThatThrownBy(BufferLeaks::check)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a buffer was not released");
      // Told once; its release would now be one too many.
      assertThat(lost.refCnt()).isEqualTo(1);
      assertThatCode(BufferLeaks::check).doesNotThrowAnyException();
    }
  }

  @Test
  void everyRunOfTestsHasTheListener() {
    assertThat(ServiceLoader.load(LauncherSessionListener.class))
        .hasAtLeastOneElementOfType(BufferLeaks.class);
  }
}
