"""Who asks: every query and every act is given a viewer, and answers only what that viewer may see or do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zongbu.desk.kernel.roles import CASE_REACH, REACH, READ_ONLY, Reach, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person acting for an organisation in a role, or the public; immutable for one request.

    ``person``, ``membership`` and ``organisation`` are primary keys (None for the public), ``district`` the GB/T
    2260 code of a district's office or finance bureau, ``uscc`` the code of an enterprise, ``address`` where the
    request comes from, ``administers`` whether the person looks after the members of the organisation.
    """

    role: Role = Role.PUBLIC
    person: int | None = None
    name: str = ""
    membership: int | None = None
    organisation: int | None = None
    organisation_name: str = ""
    district: str = ""
    uscc: str = ""
    address: str = ""
    administers: bool = False

    @property
    def reach(self) -> Reach:
        """How far the viewer sees in what is the viewer's business; the support desk goes by it."""
        return REACH[self.role]

    @property
    def case_reach(self) -> Reach:
        """How far the viewer sees records of enterprises, applications, titles and stars; these go by it alone.

        Finance offices reach the city or their district only in what is to be paid (``reach``).
        """
        return CASE_REACH[self.role]

    @property
    def signed_in(self) -> bool:
        """Whether anybody stands behind the viewer."""
        return self.person is not None

    @property
    def writes(self) -> bool:
        """Whether the viewer may change anything at all."""
        return self.signed_in and self.role not in READ_ONLY

    @property
    def unnamed(self) -> Viewer:
        """Anybody in the same role, for the same organisation: signed in, but nobody in particular."""
        return replace(self, person=0, name="", membership=None, address="")

    def may(self, *roles: Role) -> bool:
        """Whether the viewer acts in one of the roles."""
        return self.role in roles


PUBLIC = Viewer()
"""Whoever has not signed in."""
