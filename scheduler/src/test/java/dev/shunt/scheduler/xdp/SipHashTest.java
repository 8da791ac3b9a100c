package dev.shunt.scheduler.xdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The model's hash is the published one; the fixtures hold the program's against the model's. */
class SipHashTest {

  /** Appendix A of the paper: key 00..0f, message 00..0e. */
  @Test
  void theExampleOfThePaper() {
    byte[] message = new byte[15];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) i;
    }

    assertThat(SipHash.of(0x0706050403020100L, 0x0f0e0d0c0b0a0908L, message))
        .isEqualTo(0xa129ca6149be45e5L);
  }
}
