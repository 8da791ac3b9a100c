package dev.shunt.ops.daemon;

import dev.shunt.cluster.Member;
import dev.shunt.cluster.MemberAddress;
import dev.shunt.cluster.MemberId;
import dev.shunt.cluster.MemberView;
import dev.shunt.ops.admin.ControlException;
import dev.shunt.ops.admin.ControlException.Reason;
import dev.shunt.ops.admin.model.MemberStatus;
import dev.shunt.ops.admin.model.ViewStatus;
import dev.shunt.ops.config.ArrayConfig;
import dev.shunt.ops.config.LocalConfig;
import dev.shunt.scheduler.NodeReport;
import dev.shunt.scheduler.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What any member, a witness too, can tell of the array. */
final class ArrayReport {

  private ArrayReport() {}

  static ViewStatus view(MemberView view) {
    return new ViewStatus(
        view.number(),
        view.present().stream().map(m -> m.id().value()).toList(),
        view.voters(),
        view.hasMajority());
  }

  /**
   * What is known of a configured member.
   *
   * @param member as seen now; empty if it is not present
   * @param scheduler whether it is
   * @param target what it is to this member's data plane; empty where there is none
   */
  static MemberStatus member(
      MemberAddress configured,
      MemberId self,
      Optional<Member> member,
      boolean scheduler,
      boolean drained,
      Optional<Target> target) {
    return new MemberStatus(
        configured.id().value(),
        configured.address().getHostAddress(),
        configured.id().equals(self),
        member.isPresent(),
        configured.witness(),
        scheduler,
        member.map(Member::eligible).orElse(false),
        drained,
        target.map(t -> t.state().name().toLowerCase(Locale.ROOT)).orElse(null),
        target.map(Target::label).orElse(null),
        member.flatMap(NodeReport::of).map(r -> r.mac().toString()).orElse(null),
        member.flatMap(m -> m.attribute(NodeReporter.VERSION)).orElse(null));
  }

  /**
   * What an operator should look at.
   *
   * @param fingerprint of this member's configuration
   */
  static List<String> warnings(
      ArrayConfig config, LocalConfig local, String fingerprint, MemberView view) {
    List<String> warnings = new ArrayList<>(local.warnings());
    if (local.secret().isEmpty() && config.voters().size() > 1) {
      warnings.add("array.secret_file is not set: anybody who reaches the port can join");
    }
    if (!view.hasMajority()) {
      warnings.add("no majority of the members is reached: nobody can be scheduler");
    }
    for (MemberAddress witness : config.witnesses()) {
      // Nothing else shows it: traffic does not miss a witness until a member fails.
      if (!view.contains(witness.id())) {
        warnings.add(
            "witness %s is not reached: its vote is missing if a member fails"
                .formatted(witness.id()));
      }
    }
    for (Member member : view.present()) {
      member
          .attribute(NodeReporter.CONFIG)
          .filter(other -> !other.equals(fingerprint))
          .ifPresent(_ -> warnings.add(member.id() + " runs with another configuration"));
    }
    return warnings;
  }

  static ControlException notFound(String kind, String name, List<String> known) {
    return new ControlException(
        Reason.NOT_FOUND,
        "no %s '%s'; there %s"
            .formatted(
                kind, name, known.isEmpty() ? "is none" : "are " + String.join(", ", known)));
  }
}
