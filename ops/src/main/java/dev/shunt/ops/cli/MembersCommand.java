package dev.shunt.ops.cli;

import dev.shunt.ops.admin.model.MemberStatus;
import dev.shunt.ops.admin.model.Members;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code shunt members}: who belongs to the array, and how each is seen from here. */
@Command(
    name = "members",
    description = "List the members of the array as one of them sees the others.",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {"", "Example:", "  shunt members --json"})
final class MembersCommand extends DaemonCommand {

  MembersCommand(Host host) {
    super(host);
  }

  @Override
  void ask(AdminClient client) throws CommandException {
    Members members = client.get("/v1/members", Members.class);
    if (!output.printedAsJson(members)) {
      output.print(text(members, output.style()));
    }
  }

  static String text(Members members, Style style) {
    Table table = new Table("MEMBER", "ADDRESS", "PRESENT", "ROLE", "ELIGIBLE", "TARGET", "LABEL");
    for (MemberStatus m : members.members()) {
      table.row(
          m.name() + (m.self() ? " *" : ""),
          m.address(),
          style.state(m.present() ? "yes" : "no"),
          role(m),
          m.eligible() ? "yes" : "no",
          style.state(target(m)),
          or(m.label()));
    }
    return table.toString();
  }

  private static String role(MemberStatus m) {
    List<String> roles = new ArrayList<>();
    if (m.scheduler()) {
      roles.add("scheduler");
    }
    if (m.drained()) {
      roles.add("drained");
    }
    if (m.witness()) {
      roles.add("witness");
    }
    return roles.isEmpty() ? "node" : String.join(",", roles);
  }

  private static String target(MemberStatus m) {
    return m.target() == null ? "-" : m.target();
  }

  private static String or(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }
}
