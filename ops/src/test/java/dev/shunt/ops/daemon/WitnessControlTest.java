package dev.shunt.ops.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.MetricRegistry;
import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Term;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.SessionFilter;
import dev.shunt.ops.admin.model.MemberStatus;
import dev.shunt.ops.admin.model.Role;
import dev.shunt.ops.admin.model.Status;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.ConfigException;
import dev.shunt.ops.config.ConfigFile;
import dev.shunt.ops.config.HostEnvironment;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.ops.config.LocalFlags;
import dev.shunt.ops.config.Yaml;
import dev.shunt.ops.metrics.ArrayMetrics;
import dev.shunt.ops.metrics.Exposition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The witness w1 of m1 and m2. */
class WitnessControlTest {

  private static final Term TERM = Term.of(4, 2);

  private final FakeMembership membership = new FakeMembership();
  private final WitnessAgent agent =
      new WitnessAgent(membership, Map.of(NodeReporter.CONFIG, "mine"), () -> 7_000);
  private final WitnessControl control = control();

  private WitnessControl control() {
    String yaml =
        "array: {name: two, secret_env: S, members: [{name: m1, address: 10.77.0.11}, {name: m2, address:"
            + " 10.77.0.12}, {name: w1, address: 10.77.0.31, witness: true}]}\n"
            + Yaml.SMALLEST;
    try {
      ConfigFile file = Yaml.read(yaml);
      ArrayConfig array = file.array();
      HostEnvironment host =
          new HostEnvironment(Map.of("S", "0123456789abcdef"), "alice", Path.of("/home/alice"));
      LocalConfig local = LocalConfig.resolveWitness(file, LocalFlags.NONE, host);
      return new WitnessControl(
          array, local, agent, new DaemonControl.Identity("0.1.0", "mine"), () -> 0);
    } catch (ConfigException e) {
      throw new IllegalStateException("the configuration of the tests", e);
    }
  }

  @BeforeEach
  void join() throws IOException {
    agent.start();
    membership.show(new MemberView(3, List.of(Three.well(1), Three.witness()), 3));
    membership.lead(new Leadership(TERM, Optional.of(Three.SELF), false));
  }

  @Test
  void itSaysThatItCannotBeSchedulerAndWhatItsConfigurationIs() {
    assertThat(membership.last())
        .isEqualTo(new FakeMembership.Published(false, Map.of(NodeReporter.CONFIG, "mine")));
  }

  @Test
  void itTellsWhoIsThereAndWhoIsScheduler() {
    Status status = control.status();
    assertThat(status.role().role()).isEqualTo(Role.WITNESS);
    assertThat(status.role().scheduler()).isEqualTo("m1");
    assertThat(status.role().sinceMillis()).isEqualTo(7_000);
    assertThat(status.role().eligible()).isFalse();
    assertThat(status.view().present()).containsExactly("m1", "w1");
    assertThat(status.view().majority()).isTrue();
    assertThat(status.node()).isNull();
    assertThat(status.replication()).isNull();
    assertThat(status.dataPlane()).isNull();
    assertThat(status.warnings()).isEmpty();

    List<MemberStatus> members = control.members().members();
    assertThat(members).extracting(MemberStatus::name).containsExactly("m1", "m2", "w1");
    assertThat(members).extracting(MemberStatus::witness).containsExactly(false, false, true);
    assertThat(members).extracting(MemberStatus::present).containsExactly(true, false, true);
    assertThat(members).extracting(MemberStatus::scheduler).containsExactly(true, false, false);
    assertThat(members).extracting(MemberStatus::self).containsExactly(false, false, true);
  }

  @Test
  void aWitnessThatIsMissingOrAMemberOfAnotherConfigurationIsAWarning() {
    membership.show(new MemberView(4, List.of(Three.well(1)), 3));
    assertThat(control.status().warnings())
        .containsExactly(
            "no majority of the members is reached: nobody can be scheduler",
            "witness w1 is not reached: its vote is missing if a member fails");
  }

  @Test
  void whatIsDoneWithTrafficOthersMustBeAsked() {
    String sentence = "w1 is a witness: it votes, and knows nothing of traffic; ask m1 or m2";
    assertThatThrownBy(control::services).isInstanceOf(ControlException.class).hasMessage(sentence);
    assertThatThrownBy(() -> control.sessions(SessionFilter.ALL, 1)).hasMessage(sentence);
    assertThatThrownBy(() -> control.drainMember("m2", true)).hasMessage(sentence);
    assertThatThrownBy(control::caches).hasMessage(sentence);
    assertThatThrownBy(control::stepDown).hasMessage("w1 is a witness and never scheduler; m1 is");
  }

  @Test
  void itsMetricsTellOfTheArrayAlone() {
    MetricRegistry registry = new MetricRegistry();
    ArrayMetrics metrics = new ArrayMetrics(registry, control, () -> 0);
    assertThat(new Exposition(registry, metrics::refresh).page("").text())
        .contains("shunt_witness 1.0")
        .contains("shunt_members_present 2.0")
        .contains("shunt_members_configured 3.0")
        .contains("shunt_scheduler 0.0")
        .contains("shunt_eligible 0.0")
        .doesNotContain("shunt_node_")
        .doesNotContain("shunt_sessions");
  }
}
