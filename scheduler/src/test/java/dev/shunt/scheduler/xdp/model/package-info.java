/**
 * What the kernel program has to do, said a second time in Java: the model that the differential
 * fuzz holds against it, and the packets and changes that it tries.
 *
 * <p>Written from the documented rules (docs/ARCHITECTURE.md, docs/DECISIONS.md, the outcomes'
 * descriptions, the RFCs) and not from the C, so that one misunderstanding is not in both.
 */
package dev.shunt.scheduler.xdp.model;
