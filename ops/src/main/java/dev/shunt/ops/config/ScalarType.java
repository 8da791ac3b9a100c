package dev.shunt.ops.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * How the text of a key becomes a value.
 *
 * @param allowed what is allowed, for error messages: "a number from 1 to 65535"
 * @param parser gives empty for everything else; never throws
 */
record ScalarType<T>(String allowed, Function<String, Optional<T>> parser) {

  Optional<T> parse(String text) {
    return parser.apply(text);
  }
}
