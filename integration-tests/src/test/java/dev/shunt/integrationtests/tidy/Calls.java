package dev.shunt.integrationtests.tidy;

import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the methods that a file calls or refers to, as {@code Type.method} as it is written. */
final class Calls extends TreeScanner<Void, Map<Tree, String>> {

  private Calls() {}

  static Map<Tree, String> of(JavaFile file) {
    Map<Tree, String> calls = new LinkedHashMap<>();
    new Calls().scan(file.tree(), calls);
    return calls;
  }

  @Override
  public Void visitMethodInvocation(MethodInvocationTree call, Map<Tree, String> calls) {
    calls.put(call, call.getMethodSelect().toString());
    return super.visitMethodInvocation(call, calls);
  }

  @Override
  public Void visitMemberReference(MemberReferenceTree reference, Map<Tree, String> calls) {
    calls.put(reference, reference.getQualifierExpression() + "." + reference.getName());
    return super.visitMemberReference(reference, calls);
  }
}
