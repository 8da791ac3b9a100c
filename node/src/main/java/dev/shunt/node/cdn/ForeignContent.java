package dev.shunt.node.cdn;

import dev.shunt.node.cdn.Elements.Known;
import org.jspecify.annotations.Nullable;

/**
 * Whether a page is in SVG or MathML, where there is CDATA and no element has raw text (WHATWG HTML
 * section 13.2.6.5), as far as open tags alone tell. For one thread.
 *
 * <p>Deeper than {@link #MAX_DEPTH} everything counts as the innermost that is remembered.
 */
final class ForeignContent {

  static final int MAX_DEPTH = 64;

  private final Known[] open = new Known[MAX_DEPTH];
  private int depth;

  /** Whether text here is SVG or MathML. */
  boolean inside() {
    return depth > 0 && isForeign(open[depth - 1]);
  }

  /**
   * An opening tag.
   *
   * @param breaksOut whether it ends SVG and MathML
   */
  void open(@Nullable Known element, boolean selfClosing, boolean breaksOut) {
    if (inside() && breaksOut) {
      leave();
    } else if (element == Known.TEMPLATE && !inside()) {
      push(element);
    } else if (element != null && !selfClosing && (isForeign(element) || isPoint(element))) {
      push(element);
    }
  }

  /**
   * A closing tag: ends the innermost of its name and all within it. One of HTML ends an element
   * around SVG and MathML, and so these.
   */
  void close(@Nullable Known element, boolean breaksOut) {
    if (breaksOut) {
      leave();
      return;
    }
    for (int i = depth - 1; i >= 0; i--) {
      if (open[i] == element) {
        depth = i;
        return;
      }
    }
  }

  private void push(Known element) {
    if (depth < MAX_DEPTH) {
      open[depth++] = element;
    }
  }

  /** Back to the HTML around. */
  private void leave() {
    while (inside()) {
      depth--;
    }
  }

  private static boolean isForeign(Known element) {
    return element == Known.SVG || element == Known.MATH;
  }

  /**
   * Whether there is HTML within it again (section 13.2.4.2, "HTML integration point" and "MathML
   * text integration point").
   */
  private boolean isPoint(Known element) {
    return switch (element) {
      case FOREIGN_OBJECT, DESC, TITLE -> isIn(Known.SVG);
      case ANNOTATION_XML, MI, MO, MN, MS, MTEXT -> isIn(Known.MATH);
      default -> false;
    };
  }

  private boolean isIn(Known around) {
    return depth > 0 && open[depth - 1] == around;
  }
}
