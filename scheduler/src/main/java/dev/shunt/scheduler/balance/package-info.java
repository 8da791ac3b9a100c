/** How new sessions are spread over targets: pure functions from targets to dispatch rows. */
@NullMarked
package dev.shunt.scheduler.balance;

import org.jspecify.annotations.NullMarked;
