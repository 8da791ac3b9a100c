package dev.shunt.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shunt.cluster.ClusterSecret;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.EncryptHeader;
import org.jgroups.protocols.SERIALIZE;
import org.jgroups.protocols.SYM_ENCRYPT;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

class SharedSecretEncryptionTest {

  private static final short GMS_ID = ClassConfigurator.getProtocolId(GMS.class);
  private static final short ENCRYPTION_ID = ClassConfigurator.getProtocolId(SYM_ENCRYPT.class);
  private static final UUID SOMEBODY = UUID.randomUUID();

  private static byte[] key(String secret, String array) throws Exception {
    return SharedSecretEncryption.deriveKey(secret(secret), array).getEncoded();
  }

  private static ClusterSecret secret(String text) {
    return new ClusterSecret(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void theKeyDependsOnTheSecretAndOnTheArray() throws Exception {
    byte[] key = key("0123456789abcdef", "one");
    assertThat(key).hasSize(32).isEqualTo(key("0123456789abcdef", "one"));
    assertThat(key).isNotEqualTo(key("0123456789abcdeF", "one"));
    assertThat(key).isNotEqualTo(key("0123456789abcdef", "two"));
  }

  @Test
  void theProviderIsNotInstalledForEverybody() throws Exception {
    SharedSecretEncryption.with(new ClusterSecret(new byte[16]), "one").init();
    assertThat(Security.getProvider("BC")).isNull();
  }

  @Test
  void aSealedMessageArrivesWithItsHeadersAndShowsNothingOnTheWay() throws Exception {
    Stage sender = new Stage("0123456789abcdef");
    Stage receiver = new Stage("0123456789abcdef");
    Message sealed =
        sender.seal(
            leaveMessage(
                new BytesMessage(SOMEBODY, "payload".getBytes(StandardCharsets.US_ASCII))));
    assertThat(new String(sealed.getArray(), StandardCharsets.ISO_8859_1))
        .doesNotContain("payload");
    receiver.receive(sealed);
    assertThat(receiver.arrived).hasSize(1);
    assertThat(new String(receiver.arrived.getFirst().getArray(), StandardCharsets.US_ASCII))
        .isEqualTo("payload");
    assertThat(receiver.arrived.getFirst().<GMS.GmsHeader>getHeader(GMS_ID)).isNotNull();
  }

  @Test
  void aMessageSealedWithAnotherSecretIsDroppedAndCounted() throws Exception {
    Stage receiver = new Stage("0123456789abcdef");
    receiver.receive(new Stage("fedcba9876543210").seal(leaveMessage(new EmptyMessage(SOMEBODY))));
    assertThat(receiver.arrived).isEmpty();
    assertThat(receiver.encryption.foreign()).isEqualTo(1);
  }

  @Test
  void aMessageThatWasChangedOnTheWayIsDropped() throws Exception {
    Stage receiver = new Stage("0123456789abcdef");
    Message sealed = new Stage("0123456789abcdef").seal(leaveMessage(new EmptyMessage(SOMEBODY)));
    sealed.getArray()[sealed.getOffset() + sealed.getLength() / 2] ^= 1;
    receiver.receive(sealed);
    assertThat(receiver.arrived).isEmpty();
  }

  /** The key's fingerprint can be seen on the wire: it must not be enough to be believed. */
  @Test
  void headersWithoutASealedPayloadAreDropped() throws Exception {
    Stage receiver = new Stage("0123456789abcdef");
    Message forged = leaveMessage(new EmptyMessage(SOMEBODY));
    forged.putHeader(
        ENCRYPTION_ID, new EncryptHeader((byte) 0, receiver.encryption.symVersion(), new byte[12]));
    receiver.receive(forged);
    assertThat(receiver.arrived).isEmpty();
  }

  @Test
  void aMessageThatIsNotSealedAtAllIsDropped() throws Exception {
    Stage receiver = new Stage("0123456789abcdef");
    receiver.receive(leaveMessage(new EmptyMessage(SOMEBODY)));
    assertThat(receiver.arrived).isEmpty();
  }

  private static Message leaveMessage(Message message) {
    message.setSrc(SOMEBODY);
    return message.putHeader(GMS_ID, new GMS.GmsHeader(GMS.GmsHeader.LEAVE_REQ, SOMEBODY));
  }

  /** The two protocols as they stand in the stack, between a wire and an ear. */
  private static final class Stage {
    final List<Message> arrived = new ArrayList<>();
    final List<Message> onTheWire = new ArrayList<>();
    final SharedSecretEncryption encryption;
    private final SERIALIZE serialize = new SERIALIZE();

    Stage(String secretText) throws Exception {
      encryption = SharedSecretEncryption.with(secret(secretText), "array");
      encryption.init();
      encryption.setUpProtocol(serialize);
      serialize.setDownProtocol(encryption);
      encryption.setDownProtocol(new End(onTheWire));
      serialize.setUpProtocol(new End(arrived));
    }

    Message seal(Message message) {
      serialize.down(message);
      return onTheWire.getLast();
    }

    void receive(Message message) {
      Throwable refused = catchThrowable(() -> encryption.up(message));
      if (refused != null) {
        assertThat(arrived).isEmpty();
      }
    }
  }

  private static final class End extends Protocol {
    private final List<Message> seen;

    End(List<Message> seen) {
      this.seen = seen;
    }

    @Override
    public Object down(Message message) {
      seen.add(message);
      return message;
    }

    @Override
    public Object up(Message message) {
      seen.add(message);
      return message;
    }
  }
}
