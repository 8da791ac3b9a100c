package dev.shunt.ops.daemon;

import dev.shunt.cluster.Leadership;
import dev.shunt.cluster.Lease;
import dev.shunt.cluster.MemberCalls;
import dev.shunt.cluster.MemberView;
import dev.shunt.cluster.Membership;
import dev.shunt.cluster.local.AnswerDesk;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A membership that sees what it is shown and remembers what is published. Thread-safe. */
final class FakeMembership implements Membership {

  /** What this member told the others about itself. */
  record Published(boolean eligible, Map<String, String> attributes) {}

  private final List<Published> published = new CopyOnWriteArrayList<>();
  private volatile MemberView view = Three.view();
  private volatile @Nullable Listener listener;
  private volatile boolean steppedDown;
  private final AnswerDesk calls = new AnswerDesk(Three.SELF);

  @Override
  public void start(Listener hears) {
    listener = hears;
  }

  @Override
  public MemberView view() {
    return view;
  }

  @Override
  public Leadership leadership() {
    return Leadership.UNKNOWN;
  }

  @Override
  public Lease lease() {
    return Lease.NONE;
  }

  @Override
  public void publish(boolean eligible, Map<String, String> attributes) {
    published.add(new Published(eligible, attributes));
  }

  @Override
  public boolean stepDown() {
    steppedDown = true;
    return true;
  }

  @Override
  public boolean awaitRelieved(Duration patience) {
    return steppedDown;
  }

  @Override
  public MemberCalls calls() {
    return calls;
  }

  @Override
  public void close() {
    listener = null;
  }

  /** The others come and go. */
  void show(MemberView next) {
    view = next;
    Listener hears = listener;
    if (hears != null) {
      hears.onView(next);
    }
  }

  /** Another scheduler is told. */
  void lead(Leadership next) {
    Listener hears = listener;
    if (hears != null) {
      hears.onLeadership(next);
    }
  }

  /** Everything that was published, in order. */
  List<Published> published() {
    return List.copyOf(published);
  }

  /** What the others know of this member now; nothing yet: not eligible, no attributes. */
  Published last() {
    List<Published> all = published();
    return all.isEmpty() ? new Published(false, Map.of()) : all.getLast();
  }

  boolean steppedDown() {
    return steppedDown;
  }
}
