/** A daemon under mixed load for a long time; docs/TESTING.md says how it is run. */
package dev.shunt.integrationtests.soak;
