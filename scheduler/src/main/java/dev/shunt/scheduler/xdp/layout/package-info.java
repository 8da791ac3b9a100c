/**
 * The structs that the kernel program and this process share, one class each, as they stand in
 * {@code scheduler/src/main/bpf/layout.h}. {@link dev.shunt.scheduler.xdp.layout.SharedLayouts}
 * compares them with the program's own type information before they are used.
 */
@NullMarked
package dev.shunt.scheduler.xdp.layout;

import org.jspecify.annotations.NullMarked;
