package dev.shunt.scheduler.xdp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The program for the fuzz, compiled from the sources as they are now. */
final class FuzzObject {

  static final String NAME = "fuzz.bpf.o";
  static final String[] PROGRAMS = {"shunt", "fuzz"};

  private FuzzObject() {}

  /** As {@code build.sh} compiles the others. */
  static byte[] compile(Path folder) throws InterruptedException {
    Path object = folder.resolve(NAME);
    String machine = "amd64".equals(System.getProperty("os.arch")) ? "x86_64" : "aarch64";
    try {
      Process clang =
          new ProcessBuilder(
                  "clang-14",
                  "-target",
                  "bpf",
                  "-mcpu=v3",
                  "-O2",
                  "-g",
                  "-Wall",
                  "-Wextra",
                  "-Werror",
                  "-Wno-unused-parameter",
                  "-Isrc/main/bpf",
                  "-I/usr/include/" + machine + "-linux-gnu",
                  "-c",
                  "src/test/bpf/fuzz.bpf.c",
                  "-o",
                  object.toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(clang.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (clang.waitFor() != 0) {
        throw new AssertionError("clang-14 refused the fuzz program:\n" + output);
      }
      return Files.readAllBytes(object);
    } catch (IOException e) {
      throw new UncheckedIOException("compiling the fuzz program", e);
    }
  }
}
