package dev.shunt.ops.bench;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a load generator says that it did.
 *
 * @param requests answered ones
 * @param failed that were not answered, or with another status than 2xx
 * @param bytes received, rounded as it is printed
 * @param seconds it took
 */
record Load(long requests, long failed, double bytes, double seconds) {

  private static final Pattern WRK =
      Pattern.compile("(\\d+) requests in ([\\d.]+)(us|ms|s|m), ([\\d.]+)([KMGT]?B) read");
  private static final Pattern WRK_SOCKETS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern WRK_STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Pattern H2_TIME = Pattern.compile("finished in ([\\d.]+)(us|ms|s|m),");
  private static final Pattern H2_REQUESTS =
      Pattern.compile(
          "requests: \\d+ total, \\d+ started, (\\d+) done, \\d+ succeeded, (\\d+) failed, \\d+ errored");
  private static final Pattern H2_STATUS = Pattern.compile("status codes: (\\d+) 2xx");
  private static final Pattern H2_BYTES = Pattern.compile("traffic: .*?\\((\\d+)\\) total");
  private static final String UNITS = "KMGT";

  /** What wrk printed; a timeout of it is an answer that came after two seconds, and no failure. */
  static Load ofWrk(String output) throws BenchException {
    Matcher sums = find(WRK, output);
    long failed = 0;
    Matcher sockets = WRK_SOCKETS.matcher(output);
    if (sockets.find()) {
      for (int i = 1; i <= 3; i++) {
        failed += Long.parseLong(sockets.group(i));
      }
    }
    Matcher status = WRK_STATUS.matcher(output);
    if (status.find()) {
      failed += Long.parseLong(status.group(1));
    }
    return new Load(
        Long.parseLong(sums.group(1)),
        failed,
        Double.parseDouble(sums.group(4)) * factor(sums.group(5)),
        seconds(sums.group(2), sums.group(3)));
  }

  /** What h2load printed, after its warm-up if it had one. */
  static Load ofH2load(String output) throws BenchException {
    Matcher time = find(H2_TIME, output);
    Matcher requests = find(H2_REQUESTS, output);
    long done = Long.parseLong(requests.group(1));
    long good = Long.parseLong(find(H2_STATUS, output).group(1));
    return new Load(
        done,
        Math.max(0, done - good) + Long.parseLong(requests.group(2)),
        Double.parseDouble(find(H2_BYTES, output).group(1)),
        seconds(time.group(1), time.group(2)));
  }

  /**
   * Microseconds that requests took, out of what {@code h2load --log-file} wrote: start, status,
   * time.
   */
  static List<Double> latencies(List<String> log) {
    return log.stream()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length >= 3 && fields[1].startsWith("2"))
        .map(fields -> Double.valueOf(fields[2]))
        .toList();
  }

  double rate() {
    return requests / Math.max(seconds, 1e-3);
  }

  private static Matcher find(Pattern pattern, String output) throws BenchException {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new BenchException("the load generator printed no result:\n" + output.strip());
    }
    return matcher;
  }

  private static double seconds(String number, String unit) {
    double value = Double.parseDouble(number);
    return switch (unit) {
      case "us" -> value / 1e6;
      case "ms" -> value / 1e3;
      case "m" -> value * 60;
      default -> value;
    };
  }

  private static double factor(String unit) {
    return Math.pow(1024, UNITS.indexOf(unit.toUpperCase(Locale.ROOT).charAt(0)) + 1.0);
  }
}
