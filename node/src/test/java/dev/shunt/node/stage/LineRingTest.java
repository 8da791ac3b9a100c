package dev.shunt.node.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineRingTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final LineRing ring = new LineRing(16);

  private boolean offer(String line) {
    return ring.offer(line.getBytes(StandardCharsets.US_ASCII), line.length());
  }

  /** Takes at most five bytes at once. */
  private long take(ByteBuffer[] pieces) {
    long taken = 0;
    for (ByteBuffer piece : pieces) {
      while (piece.hasRemaining() && taken < 5) {
        out.write(piece.get());
        taken++;
      }
    }
    return taken;
  }

  @Test
  void linesComeOutInOrderAcrossTheRingsEnd() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      String line = "line " + i + "\n";
      all.append(line);
      offer(line);
      assertThat(ring.drain(this::take)).isTrue();
    }
    assertThat(ring.drain(this::take)).isFalse();
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(all.toString());
    assertThat(ring.dropped()).isZero();
  }

  @Test
  void aLineThatFindsNoRoomIsDroppedAndCounted() throws Exception {
    assertThat(offer("1234567\n")).isFalse();
    assertThat(offer("123456\n")).isTrue();
    assertThat(offer("x\n")).isTrue();
    assertThat(ring.dropped()).isEqualTo(1);
    ring.drain(this::take);
    offer("y\n");
    ring.drain(this::take);
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("1234567\n123456\ny\n");
  }

  @Test
  void aReaderThatKeepsUpIsNeverHurried() throws Exception {
    for (int i = 0; i < 50; i++) {
      assertThat(offer("line\n")).as("line " + i).isFalse();
      ring.drain(this::take);
    }
  }

  @Test
  void whatCannotBeWrittenStaysAndIsWrittenLater() throws Exception {
    offer("one\n");
    assertThatThrownBy(() ->
            ring.drain(pieces -> {
              throw new IOException("No space left on device");
            }))
        .isInstanceOf(IOException.class);
    offer("two\n");
    ring.drain(this::take);
    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo("one\ntwo\n");
  }

  @Test
  void oneThreadWritesWhileAnotherReads() throws Exception {
    LineRing shared = new LineRing(1 << 10);
    int lines = 200_000;
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < lines; i++) {
                byte[] line = (i + "\n").getBytes(StandardCharsets.US_ASCII);
                shared.offer(line, line.length);
              }
            });
    while (shared.drain(this::take) || writer.isAlive()) {
      Thread.onSpinWait();
    }
    shared.drain(this::take);
    List<Integer> read =
        out.toString(StandardCharsets.US_ASCII).lines().map(Integer::parseInt).toList();
    assertThat(read).isSorted().doesNotHaveDuplicates();
    assertThat(read.size() + shared.dropped()).isEqualTo(lines);
  }
}
