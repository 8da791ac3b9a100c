package dev.shunt.scheduler.xdp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.shunt.scheduler.health.HalfOpen;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A classic BPF program (bpf(4), {@code <linux/filter.h>}) that lets through what may answer a SYN
 * of a {@link HalfOpen} check: SYN-ACK and RST-ACK to its ports. All other traffic of the interface
 * stays in the kernel.
 */
final class AnswerFilter {

  private static final int LOAD_HALF = 0x28;
  private static final int LOAD_BYTE = 0x30;
  private static final int LOAD_HALF_X = 0x48;
  private static final int LOAD_BYTE_X = 0x50;
  private static final int X_IPV4_BYTES = 0xb1;
  private static final int AND = 0x54;
  private static final int GO = 0x05;
  private static final int EQUAL = 0x15;
  private static final int AT_LEAST = 0x35;
  private static final int ANY_BIT = 0x45;
  private static final int RETURN = 0x06;

  /** As much of a frame as is let through: more than all headers. */
  static final int SNAP_BYTES = 256;

  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int TCP = 6;
  private static final int OFFSET_OF_FRAGMENT = 0x1fff;
  private static final int SYN_RST_ACK = 0x16;
  private static final int SYN_ACK = 0x12;
  private static final int RST_ACK = 0x14;

  private static final int INSTRUCTION_BYTES = 8;
  private static final int PROGRAM_BYTES = 16;

  private static final int ACCEPT = 20;
  private static final int DROP = 21;

  /** Each: code, where to go on if true, if false, constant. */
  private static final int[][] INSTRUCTIONS = {
    {LOAD_HALF, 1, 1, 12},
    {EQUAL, 12, 2, ETHERTYPE_IPV6},
    {EQUAL, 3, DROP, ETHERTYPE_IPV4},
    {LOAD_BYTE, 4, 4, 23},
    {EQUAL, 5, DROP, TCP},
    {LOAD_HALF, 6, 6, 20},
    {ANY_BIT, DROP, 7, OFFSET_OF_FRAGMENT},
    {X_IPV4_BYTES, 8, 8, 14},
    {LOAD_HALF_X, 9, 9, 16}, // destination port
    {AT_LEAST, 10, DROP, HalfOpen.FIRST_PORT},
    {LOAD_BYTE_X, 11, 11, 27}, // flags
    {GO, 17, 17, 0},
    {LOAD_BYTE, 13, 13, 20}, // IPv6: next header
    {EQUAL, 14, DROP, TCP},
    {LOAD_HALF, 15, 15, 56},
    {AT_LEAST, 16, DROP, HalfOpen.FIRST_PORT},
    {LOAD_BYTE, 17, 17, 67},
    {AND, 18, 18, SYN_RST_ACK},
    {EQUAL, ACCEPT, 19, SYN_ACK},
    {EQUAL, ACCEPT, DROP, RST_ACK},
    {RETURN, 0, 0, SNAP_BYTES},
    {RETURN, 0, 0, 0},
  };

  private AnswerFilter() {}

  /** {@code struct sock_fprog}, for SO_ATTACH_FILTER. */
  static MemorySegment program(Arena arena) {
    MemorySegment code = arena.allocate((long) INSTRUCTIONS.length * INSTRUCTION_BYTES, Long.BYTES);
    for (int at = 0; at < INSTRUCTIONS.length; at++) {
      put(code.asSlice((long) at * INSTRUCTION_BYTES, INSTRUCTION_BYTES), at, INSTRUCTIONS[at]);
    }
    MemorySegment program = arena.allocate(PROGRAM_BYTES, Long.BYTES);
    program.set(JAVA_SHORT, 0, (short) INSTRUCTIONS.length);
    program.set(ADDRESS, Long.BYTES, code);
    return program;
  }

  /** {@code struct sock_filter}: jumps are relative to the next instruction. */
  private static void put(MemorySegment to, int at, int[] instruction) {
    int code = instruction[0];
    int onTrue = instruction[1] - at - 1;
    int onFalse = instruction[2] - at - 1;
    boolean tests = code == EQUAL || code == AT_LEAST || code == ANY_BIT;
    to.set(JAVA_SHORT, 0, (short) code);
    to.set(JAVA_BYTE, 2, (byte) (tests ? onTrue : 0));
    to.set(JAVA_BYTE, 3, (byte) (tests ? onFalse : 0));
    to.set(JAVA_INT, 4, code == GO ? onTrue : instruction[3]);
  }
}
