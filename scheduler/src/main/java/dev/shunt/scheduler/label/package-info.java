/** Session labels: from blocks that the array leases to free pairs for the kernel. Pure. */
@NullMarked
package dev.shunt.scheduler.label;

import org.jspecify.annotations.NullMarked;
