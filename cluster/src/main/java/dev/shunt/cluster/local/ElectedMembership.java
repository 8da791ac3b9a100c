package dev.shunt.cluster.local;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import java.time.Duration;
import java.util.Map;

/** A membership whose answers are its election's. */
public abstract class ElectedMembership implements Membership {

  protected final ElectionThread election;

  protected ElectedMembership(ElectionThread election) {
    this.election = election;
  }

  @Override
  public final MemberView view() {
    return election.view();
  }

  @Override
  public final Leadership leadership() {
    return election.leadership();
  }

  @Override
  public final Lease lease() {
    return election.lease();
  }

  @Override
  public final void publish(boolean eligible, Map<String, String> attributes) {
    election.publish(eligible, attributes);
  }

  @Override
  public final boolean stepDown() {
    return election.stepDown();
  }

  @Override
  public final boolean awaitRelieved(Duration patience) throws InterruptedException {
    return election.awaitNoLease(patience);
  }
}
