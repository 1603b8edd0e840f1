"""The rules of hangzhou-2023 written by hand, once per way of computing: what Zongbu is measured against.

Every file computes the same twelve results with the demonstration parameters, knows nothing of Zongbu and is
written as somebody would write it who had only these rules to write. What a tool cannot say (unknowns, exact
amounts) stands at the head of its file.
"""
