package dev.shunt.ops.admin;

import dev.shunt.ops.admin.model.LabelRow;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the label switching table are asked for; all that is given must match.
 *
 * @param service a service's name
 * @param target a target's name
 * @param session the client's address, with or without its port
 */
public record LabelFilter(
    Optional<String> service, Optional<String> target, Optional<String> session) {

  public boolean matches(LabelRow row) {
    return service.map(name -> name.equals(row.service())).orElse(true)
        && target.map(name -> name.equals(row.target())).orElse(true)
        && session.map(client -> isOf(row.session(), client)).orElse(true);
  }

  private static boolean isOf(@Nullable String session, String client) {
    return session != null
        && SessionFilter.matchesAddress(session.substring(0, session.indexOf(' ')), client);
  }
}
