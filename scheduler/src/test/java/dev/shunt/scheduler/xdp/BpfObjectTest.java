package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shunt.scheduler.DataPlaneException;
import dev.shunt.scheduler.xdp.layout.Elf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel and libbpf refuse is told with operation, subject and reason. */
final class BpfObjectTest {

  /** "r0 = 2; exit", all of the program pass. */
  private static final byte[] PASS =
      HexFormat.of().parseHex("b400000002000000" + "9500000000000000");

  /** "r0 = r9; exit": reads a register that nothing was put into. */
  private static final byte[] BAD =
      HexFormat.of().parseHex("bf90000000000000" + "9500000000000000");

  @BeforeEach
  void needsTheKernel() {
    Kernel.requireBpf();
  }

  @Test
  void theVerifiersLastWordsAreInTheMessage() throws DataPlaneException {
    try (BpfObject object = BpfObject.open("bad", passWith(BAD))) {
      assertThatThrownBy(() -> object.load("pass"))
          .isInstanceOf(DataPlaneException.class)
          .hasMessageStartingWith("loading program pass of bad: ")
          .hasMessageContaining("(errno ")
          .hasMessageContaining("R9 !read_ok");
    }
  }

  @Test
  void theSameProgramUnchangedIsLoaded() throws DataPlaneException {
    try (BpfObject object = BpfObject.open("good", passWith(PASS))) {
      object.load("pass");
      assertThat(new PacketRun(object.program("pass")).run(Frame.udp().bytes()).frame())
          .isEqualTo(Frame.udp().bytes());
    }
  }

  @Test
  void whatIsNoObjectIsRefused() {
    assertThatThrownBy(() -> BpfObject.open("junk", new byte[100]))
        .isInstanceOf(DataPlaneException.class)
        .hasMessageStartingWith("opening BPF object junk: ");
  }

  @Test
  void aMapOrProgramThatIsNotThereIsNamed() throws DataPlaneException {
    try (BpfObject object = BpfObject.open("pass", passWith(PASS))) {
      assertThatThrownBy(() -> object.resize("nosuch", 1))
          .hasMessage("BPF object pass has no map nosuch");
      assertThatThrownBy(() -> object.load("nosuch"))
          .hasMessage("BPF object pass has no program nosuch");
    }
  }

  /** The object of the program pass with other instructions. */
  private static byte[] passWith(byte[] instructions) {
    byte[] file = BpfObject.resource("pass.bpf.o");
    byte[] code = new Elf(file).section("xdp").orElseThrow();
    assertThat(code).isEqualTo(PASS);
    int at =
        new String(file, StandardCharsets.ISO_8859_1)
            .indexOf(new String(PASS, StandardCharsets.ISO_8859_1));
    byte[] changed = Arrays.copyOf(file, file.length);
    System.arraycopy(instructions, 0, changed, at, instructions.length);
    return changed;
  }
}
