package dev.shunt.scheduler.health;

import dev.shunt.scheduler.DataPlaneException;

/** Sends Ethernet frames as they are. */
@FunctionalInterface
public interface Wire {
  void send(byte[] frame) throws DataPlaneException;
}
