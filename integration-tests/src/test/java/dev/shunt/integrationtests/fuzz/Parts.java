package dev.shunt.integrationtests.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A way in which input may have been cut into pieces on its way.
 *
 * @param cuts where, ascending; two equal ones give an empty piece
 */
public record Parts(List<Integer> cuts) {

  private static final int MOST_PIECES = 2048;

  public Parts {
    cuts = List.copyOf(cuts);
  }

  /** In one piece. */
  public static Parts whole() {
    return new Parts(List.of());
  }

  /** In a few pieces; the input itself decides where they end, so that they are the same again. */
  public static Parts some(byte[] input) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(input));
    return new Parts(
        IntStream.range(0, random.nextInt(1, 6))
            .map(_ -> random.nextInt(input.length + 1))
            .sorted()
            .boxed()
            .toList());
  }

  /** One byte each, or of long input some more. */
  public static Parts bytes(byte[] input) {
    int step = 1 + input.length / MOST_PIECES;
    return new Parts(IntStream.range(0, input.length).filter(i -> i % step == 0).boxed().toList());
  }

  /** The pieces, each a buffer of its own. */
  public List<ByteBuf> cut(byte[] input) {
    List<ByteBuf> pieces = new ArrayList<>();
    int from = 0;
    for (int cut : cuts) {
      pieces.add(Unpooled.wrappedBuffer(Arrays.copyOfRange(input, from, cut)));
      from = cut;
    }
    pieces.add(Unpooled.wrappedBuffer(Arrays.copyOfRange(input, from, input.length)));
    return pieces;
  }
}
