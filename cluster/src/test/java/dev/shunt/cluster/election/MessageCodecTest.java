package dev.shunt.cluster.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shunt.cluster.ClusterConfig;
import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.Term;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class MessageCodecTest {

  @Property
  void everyMessageComesBack(@ForAll("messages") Message message) throws Exception {
    assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
  }

  @Property
  void arbitraryBytesAreAMessageOrMalformed(@ForAll byte[] bytes) {
    assertMalformedOrMessage(bytes);
  }

  @Property
  void aDamagedMessageIsAMessageOrMalformed(
      @ForAll("messages") Message message,
      @ForAll @IntRange(min = 0) int where,
      @ForAll byte what) {
    byte[] bytes = MessageCodec.encode(message);
    bytes[where % bytes.length] = what;
    assertMalformedOrMessage(bytes);
  }

  @Property
  void aMessageCutShortIsMalformed(
      @ForAll("messages") Message message, @ForAll @IntRange(min = 0) int where) {
    byte[] bytes = MessageCodec.encode(message);
    byte[] cut = Arrays.copyOf(bytes, where % bytes.length);
    assertThatThrownBy(() -> MessageCodec.decode(cut))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Property
  void aMessageWithATailIsMalformed(@ForAll("messages") Message message) {
    byte[] bytes = MessageCodec.encode(message);
    assertThatThrownBy(() -> MessageCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Example
  void anotherVersionIsNamed() {
    assertThatThrownBy(() -> MessageCodec.decode(new byte[] {9, 1}))
        .hasMessage("version 9, known is 1");
  }

  private static void assertMalformedOrMessage(byte[] bytes) {
    Throwable thrown = catchThrowable(() -> MessageCodec.decode(bytes));
    if (thrown != null) {
      assertThat(thrown).isInstanceOf(MalformedMessageException.class);
    }
  }

  @Provide
  Arbitrary<Message> messages() {
    Arbitrary<Term> terms = Arbitraries.longs().greaterOrEqual(0).map(Term::new);
    Arbitrary<Long> instants = Arbitraries.longs();
    Arbitrary<Long> durations = Arbitraries.longs().between(0, ElectionTimings.LONGEST_PROMISE);
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    Arbitrary<MemberId> ids =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .ofMinLength(1)
            .ofMaxLength(32)
            .map(MemberId::new);
    Arbitrary<Appointment> appointments = Combinators.combine(terms, ids).as(Appointment::new);
    Arbitrary<String> texts =
        Arbitraries.strings()
            .withCharRange('\u0000', '\ud7ff')
            .ofMaxLength(Member.MAX_ATTRIBUTE_LENGTH);
    Arbitrary<Map<String, String>> attributes =
        Arbitraries.maps(texts, texts).ofMaxSize(Member.MAX_ATTRIBUTES);
    Arbitrary<Hearing> hearings =
        Combinators.combine(flags, ids.set().ofMaxSize(ClusterConfig.MAX_MEMBERS - 1))
            .as(Hearing::new);
    return Arbitraries.oneOf(
        Combinators.combine(terms, instants, durations, flags).as(Message.Heartbeat::new),
        Combinators.combine(terms, instants).as(Message.Ack::new),
        Combinators.combine(terms, durations).as(Message.Busy::new),
        appointments.map(Message.Refused::new),
        terms.map(Message.Release::new),
        terms.map(Message.Resign::new),
        appointments.map(Message.Appoint::new),
        Combinators.combine(instants, instants, flags, hearings, attributes)
            .as(Message.Hello::new));
  }
}
