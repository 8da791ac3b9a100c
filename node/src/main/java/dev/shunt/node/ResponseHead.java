package dev.shunt.node;

/** A final response's head. */
public interface ResponseHead extends MessageHead {

  /** 200 to 599. */
  int status();
}
