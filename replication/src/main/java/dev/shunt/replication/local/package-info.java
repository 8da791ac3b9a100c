/**
 * The tables in one member's memory: its own copy of the array's, or all there is when it is alone.
 */
package dev.shunt.replication.local;
