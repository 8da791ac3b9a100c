/** A whole array for tests, and what they need to break and to watch it. */
package dev.shunt.integrationtests.harness;
