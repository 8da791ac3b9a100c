package dev.shunt.replication.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shunt.replication.ArrayState.Drained;
import dev.shunt.replication.ArrayState.Kind;
import dev.shunt.replication.hazelcast.DrainCodec.Decision;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class DrainCodecTest {

  @Property
  void whatIsWrittenIsReadBack(
      @ForAll Kind kind,
      @ForAll @StringLength(max = 100) String name,
      @ForAll boolean drained,
      @ForAll long at) {
    assertThat(DrainCodec.who(DrainCodec.key(new Drained(kind, name))))
        .isEqualTo(new Drained(kind, name));
    assertThat(DrainCodec.decision(DrainCodec.value(new Decision(drained, at))))
        .isEqualTo(new Decision(drained, at));
  }

  @Property
  void anyBytesAreReadOrNotButNeverFail(
      @ForAll @Size(max = 300) byte[] value, @ForAll @StringLength(max = 600) String key) {
    Decision read = DrainCodec.decision(value);
    DrainCodec.who(key);

    assertThat(read == null || value[0] == 1).isTrue();
  }

  @Example
  void unknownKindsAreNotRead() {
    assertThat(DrainCodec.who("rack:r1")).isNull();
    assertThat(DrainCodec.who("member")).isNull();
    assertThat(DrainCodec.who(null)).isNull();
    assertThat(DrainCodec.decision(null)).isNull();
  }
}
