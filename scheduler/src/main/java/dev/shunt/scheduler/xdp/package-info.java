/**
 * The kernel data plane: the XDP program, its tables, and the one implementation of {@link
 * dev.shunt.scheduler.DataPlane} that talks to a kernel.
 *
 * <p>{@link dev.shunt.scheduler.xdp.XdpDataPlane} puts it together; {@link
 * dev.shunt.scheduler.xdp.FakeDataPlane} stands in where there is no kernel to use; {@link
 * dev.shunt.scheduler.xdp.PacketRun} shows what the program does with a single packet. The C
 * sources are in {@code scheduler/src/main/bpf}.
 */
@NullMarked
package dev.shunt.scheduler.xdp;

import org.jspecify.annotations.NullMarked;
