package dev.shunt.ops.bench;

import dev.shunt.ops.lab.Shell;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of a member's JVM, as that tells it. */
final class MemberHeap {

  private static final Pattern USED = Pattern.compile("\\bused (\\d+)([KM])");
  private static final double KIB = 1 << 10;
  private static final double MIB = 1 << 20;

  private MemberHeap() {}

  /** Bytes in use after a garbage collection. */
  static double used(long pid) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String process = Long.toString(pid);
    Shell.run(jcmd, process, "GC.run");
    return parse(Shell.run(jcmd, process, "GC.heap_info"));
  }

  /** The first figure is that of the whole heap; the JVM counts in KiB or MiB. */
  static double parse(String info) {
    Matcher matcher = USED.matcher(info);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no heap in what jcmd says: " + info);
    }
    return Long.parseLong(matcher.group(1)) * (matcher.group(2).equals("K") ? KIB : MIB);
  }
}
