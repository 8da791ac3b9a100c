package dev.shunt.integrationtests.harness;

import java.util.function.Supplier;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives a test the run's shared array, whole, or one of its class's own; keeps logs and captures of
 * a test that failed in {@code target/evidence}.
 */
public final class ArrayExtension
    implements BeforeEachCallback, ParameterResolver, TestExecutionExceptionHandler {

  private static final Namespace NAMESPACE = Namespace.create(ArrayExtension.class);
  private static final int MEMBERS = 3;

  private final Supplier<TestArray> builder;
  private final boolean shared;

  /** The run's shared array. */
  public ArrayExtension() {
    this(() -> TestArray.of(MEMBERS), true);
  }

  private ArrayExtension(Supplier<TestArray> builder, boolean shared) {
    this.builder = builder;
    this.shared = shared;
  }

  /** One array for all tests of a class, which ends with them. */
  public static ArrayExtension ofItsOwn(Supplier<TestArray> builder) {
    return new ArrayExtension(builder, false);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    Requirements.root();
    array(context).mend();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestArray.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return array(context);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    String test = context.getRequiredTestClass().getSimpleName();
    array(context).keepEvidence(test + "." + context.getRequiredTestMethod().getName(), failure);
    throw failure;
  }

  private TestArray array(ExtensionContext context) {
    ExtensionContext owner = shared ? context.getRoot() : ofClass(context);
    // A class's store shows what is in the root's too.
    String key = shared ? "array" : "array of the class";
    return owner
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(key, absent -> builder.get(), TestArray.class);
  }

  private static ExtensionContext ofClass(ExtensionContext context) {
    ExtensionContext owner = context;
    while (owner.getTestMethod().isPresent()) {
      owner = owner.getParent().orElseThrow();
    }
    return owner;
  }
}
