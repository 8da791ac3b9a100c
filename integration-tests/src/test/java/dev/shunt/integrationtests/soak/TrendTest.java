package dev.shunt.integrationtests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrendTest {

  private static List<Double> samples(double perSample, double noise) {
    SplittableRandom random = new SplittableRandom(1);
    List<Double> samples = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      samples.add(100 + perSample * i + random.nextDouble(-noise, noise));
    }
    return samples;
  }

  @Test
  void aSlowLeakIsSeenThroughNoise() {
    Trend trend = Trend.of(samples(0.2, 20));
    assertThat(trend.growth()).isBetween(15.0, 33.0);
    assertThat(trend.isFlat(0.1, 1)).isFalse();
  }

  @Test
  void noiseAndSingleSpikesAreFlat() {
    List<Double> samples = samples(0, 20);
    for (int i = 5; i < samples.size(); i += 10) {
      samples.set(i, 5000.0);
    }
    assertThat(Trend.of(samples).isFlat(0.1, 1)).isTrue();
  }

  @Test
  void aFewMoreOfSmallThingsAreNothing() {
    assertThat(Trend.of(samples(0.1, 1)).isFlat(0.01, 15)).isTrue();
  }
}
