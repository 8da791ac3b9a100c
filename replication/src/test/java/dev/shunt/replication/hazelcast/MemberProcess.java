package dev.shunt.replication.hazelcast;

import dev.shunt.cluster.Term;
import dev.shunt.replication.Sessions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A member in a process of its own, which can be killed and frozen. Obeys commands from its
 * standard input, one a line, and answers each with a line.
 */
final class MemberProcess implements AutoCloseable {

  private static final String ANSWER = "answer ";

  private final Process process;
  private final PrintWriter to;
  private final BufferedReader from;

  MemberProcess(TestTables tables, int number) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(MemberProcess.class.getName());
    command.add(Integer.toString(number));
    command.addAll(tables.arguments());
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    to = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    from =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Sends a command and waits for its answer. */
  String ask(String command) throws IOException {
    to.println(command);
    for (String line = from.readLine(); line != null; line = from.readLine()) {
      if (line.startsWith(ANSWER)) {
        return line.substring(ANSWER.length());
      }
      System.out.println("  " + line);
    }
    throw new IOException("the member ended before it answered '" + command + "'");
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Kills it as kill -9 does, and waits until it is dead. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** {@code number arrayName port address...}. */
  public static void main(String[] arguments) throws Exception {
    int number = Integer.parseInt(arguments[0]);
    TestTables tables = TestTables.of(List.of(arguments).subList(1, arguments.length));
    HazelcastReplication member = tables.start(number);
    member.expect(TestTables.ids(1, 2, 3));
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintWriter answers = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      answers.println(ANSWER + obey(member, line.split(" ", -1)));
    }
    // The parent is gone.
    Runtime.getRuntime().halt(0);
  }

  private static String obey(HazelcastReplication member, String[] command) {
    switch (command[0]) {
      case "put" ->
          Sessions.sessions(Integer.parseInt(command[1]), new Term(Long.parseLong(command[2])))
              .forEach(member.sessions()::put);
      case "await-size" ->
          TestTables.until(() -> member.sessions().size() == Integer.parseInt(command[1]));
      case "await-complete" -> TestTables.until(member::complete);
      case "await-acknowledged" ->
          // Not by an empty queue: the last batch has left it before it is acknowledged.
          TestTables.until(() -> member.stats().sent() >= member.sessions().size());
      case "take-block" -> {
        return member.labelBlocks().take().join().orElseThrow().block().toString();
      }
      case "stats" -> {
        return member.stats().toString();
      }
      default -> throw new IllegalArgumentException(command[0]);
    }
    return Integer.toString(member.sessions().size());
  }
}
