"""What is wrong with a profile, in both languages, at its place."""

from __future__ import annotations

from devices.problem import Problem
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.profiles import ProfileProblem
from gateway.profiles.in_chinese import in_chinese


def problem_view(problem: Problem) -> ProfileProblem:
    """Return a mistake of a profile with its place and both sentences."""
    return ProfileProblem(path=problem.path, line=problem.line, message=both_sentences(problem.message))


def both_sentences(message: str) -> Bilingual:
    """Return a sentence of the loader in both languages; one that is not known stands in both as it is."""
    return Bilingual(zh=in_chinese(message) or f"写法不对：{message}", en=message)
