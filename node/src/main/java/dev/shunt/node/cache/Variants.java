package dev.shunt.node.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is kept of one URL: a response for each kind of request; the newest comes first. */
record Variants(List<StoredResponse> all) {

  /** Of one URL; one more drops the oldest, of those with an odd path first. */
  private static final int MOST = 32;

  static final Variants NONE = new Variants(List.of());

  Variants {
    all = List.copyOf(all);
  }

  /**
   * The newest that is for a request.
   *
   * @param rest of its key
   */
  @Nullable StoredResponse find(String rest, Supplier<Fields> request) {
    for (StoredResponse each : all) {
      if (each.rest.equals(rest) && each.vary.isFor(request)) {
        return each;
      }
    }
    return null;
  }

  /**
   * With one more, in the place of what was kept for the same kind of request; but what began to
   * come later is newer, though it may have been complete before.
   */
  Variants with(StoredResponse added) {
    List<StoredResponse> next = new ArrayList<>();
    next.add(added);
    for (StoredResponse each : all) {
      boolean same = each.rest.equals(added.rest) && each.vary.equals(added.vary);
      if (same && each.since > added.since) {
        return this;
      }
      if (!same) {
        next.add(each);
      }
    }
    if (next.size() > MOST) {
      next.remove(leastWanted(next));
    }
    return new Variants(next);
  }

  /** Anybody can spell a path in many ways: they must not push out what is asked for as usual. */
  private static int leastWanted(List<StoredResponse> of) {
    for (int i = of.size() - 1; i >= 0; i--) {
      if (CacheKey.isOdd(of.get(i).rest)) {
        return i;
      }
    }
    return of.size() - 1;
  }

  /** Whether this very response is kept. */
  @SuppressWarnings("ReferenceEquality") // It is about this very response.
  boolean has(StoredResponse one) {
    return all.stream().anyMatch(each -> each == one);
  }

  /** Without those that have a tag. */
  Variants withoutTag(String tag) {
    return new Variants(all.stream().filter(each -> !each.tags.contains(tag)).toList());
  }

  @SuppressWarnings("ReferenceEquality") // It is about this very response.
  Variants without(StoredResponse one) {
    return new Variants(all.stream().filter(each -> each != one).toList());
  }

  int size() {
    return all.size();
  }

  /** Bytes, about. */
  long weight() {
    long sum = 0;
    for (StoredResponse each : all) {
      sum += each.weight();
    }
    return sum;
  }
}
