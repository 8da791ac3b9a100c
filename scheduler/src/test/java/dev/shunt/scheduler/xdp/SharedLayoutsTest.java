package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.scheduler.xdp.layout.Btf;
import dev.shunt.scheduler.xdp.layout.Elf;
import dev.shunt.scheduler.xdp.layout.SharedLayouts;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SharedLayoutsTest {

  private static final Btf PROGRAM = btf("shunt.bpf.o");

  @Test
  void javaAndTheProgramAgreeOnEveryStructEnumAndBound() {
    assertThat(SharedLayouts.differences(PROGRAM)).isEmpty();
  }

  @Test
  void aProgramWithoutTheStructsIsTold() {
    assertThat(SharedLayouts.differences(btf("pass.bpf.o")))
        .anyMatch(line -> line.startsWith("struct session: Java has"))
        .anyMatch(line -> line.startsWith("enum outcome: Java has"))
        .anyMatch(line -> line.startsWith("enum layout: Java has"));
  }

  @Test
  void typeInformationTellsNamesOffsetsAndSizes() {
    Btf.Struct flow = PROGRAM.struct("flow4").orElseThrow();

    assertThat(flow.size()).isEqualTo(16);
    assertThat(flow.fields())
        .contains(new Btf.Field("destination_port", 10, 2), new Btf.Field("pad", 13, 3));
    assertThat(PROGRAM.enumeration("session_state").orElseThrow().keySet())
        .isEqualTo(
            new java.util.LinkedHashSet<>(
                List.of("SESSION_OPENING", "SESSION_ESTABLISHED", "SESSION_CLOSING")));
  }

  @Test
  void whatIsNoElfOrNoBtfIsRefused() {
    assertThatThrownBy(() -> new Elf(new byte[100])).hasMessage("not an ELF file");
    assertThatThrownBy(() -> Btf.parse(new byte[100]))
        .hasMessage("not a little-endian BTF section");
  }

  private static Btf btf(String resource) {
    return Btf.parse(new Elf(BpfObject.resource(resource)).section(".BTF").orElseThrow());
  }
}
