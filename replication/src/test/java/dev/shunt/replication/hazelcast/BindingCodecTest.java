package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.Binding;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BindingCodecTest {

  private static final Binding ONE = new Binding(-1, 2, 3, 4, 5, 6);

  @Test
  void whatIsWrittenIsRead() {
    BindingCodec.Entry entry =
        BindingCodec.entry(BindingCodec.key(9, ONE), BindingCodec.value(ONE, 77));
    assertThat(entry).isNotNull();
    assertThat(entry.table()).isEqualTo(9);
    assertThat(entry.writtenMicros()).isEqualTo(77);
    Binding read = entry.binding();
    assertThat(read.isOf(-1, 2)).isTrue();
    assertThat(read.owner()).isEqualTo(3);
    assertThat(read.generation()).isEqualTo(4);
    assertThat(read.sinceMicros()).isEqualTo(5);
    assertThat(read.usedSeconds()).isEqualTo(6);
  }

  @Test
  void whatALaterReleaseAppendsIsIgnored() {
    byte[] longer = Arrays.copyOf(BindingCodec.value(ONE, 77), 40);
    assertThat(BindingCodec.entry(BindingCodec.key(9, ONE), longer)).isNotNull();
  }

  @Test
  void whatCannotBeReadIsNoEntry() {
    byte[] key = BindingCodec.key(9, ONE);
    byte[] value = BindingCodec.value(ONE, 77);
    assertThat(BindingCodec.entry(null, value)).isNull();
    assertThat(BindingCodec.entry(key, null)).isNull();
    assertThat(BindingCodec.entry(Arrays.copyOf(key, 23), value)).isNull();
    assertThat(BindingCodec.entry(key, Arrays.copyOf(value, 32))).isNull();
    assertThat(BindingCodec.entry(key, Arrays.copyOf(value, 257))).isNull();
    byte[] version = value.clone();
    version[0] = 2;
    assertThat(BindingCodec.entry(key, version)).isNull();
    byte[] negative = value.clone();
    negative[1] = -1;
    assertThat(BindingCodec.entry(key, negative)).isNull();
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      BindingCodec.Entry entry = BindingCodec.entry(key, noise);
      assertThat(entry == null || entry.binding().isPresent()).isTrue();
    }
  }

  @Test
  void tablesOfDifferentNamesHaveDifferentNumbers() {
    assertThat(BindingCodec.table("web/session-id")).isNotEqualTo(BindingCodec.table("web2"));
  }
}
