/** Coverage-guided fuzzing of every parser; docs/TESTING.md says how it is run. */
package dev.shunt.integrationtests.fuzz;
