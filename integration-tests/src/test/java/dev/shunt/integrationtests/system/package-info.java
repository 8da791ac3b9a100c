/** Real packets and real HTTP through a running array; each test is a claim. */
package dev.shunt.integrationtests.system;
