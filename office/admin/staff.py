from django.contrib import admin

from accounts.models import Invitation, RoleGrant, User
from office import words
from office.admin.base import Noun, Panel
from office.admin.history import history
from office.columns import many, moment, own, said, text, worked_out, yes_no
from office.filters import called
from office.site import office
from office.subjects import rows

GRANT_COLUMNS = (
    own("Role", lambda one: one.role.capitalize(), sorts="role"),
    moment("began_at", "From"),
    moment("ended_at", "Until"),
)


@admin.register(User, site=office)
class Users(Noun):
    about = "Who signs in: staff, and clerks of courts."
    plural = "Staff and clerks"
    empty = "Nobody. The first administrator is made by a command; see docs/operations.md."
    list_display = (
        own("Name", lambda user: user.name, sorts="name"),
        text("email", "E-mail"),
        many("grants", "Roles", lambda grant: words.plain(grant.role) if grant.ended_at is None else ""),
        yes_no("is_active", "May sign in"),
        moment("last_login", "Signed in last"),
    )
    facts = (
        text("name", "Name"),
        text("email", "E-mail"),
        text("title", "Title"),
        yes_no("is_active", "May sign in"),
        moment("last_login", "Signed in last"),
    )
    panels = (lambda user: Panel("Roles", rows(RoleGrant).filter(user=user), GRANT_COLUMNS, "No role."), history)
    list_filter = (called("is_active", "May sign in"), "grants__role")
    search_fields = ("name", "email")
    prefetch = ("grants",)
    ordering = ("name",)


@admin.register(RoleGrant, site=office)
class RoleGrants(Noun):
    about = "Who has which role, from when to when."
    plural = "Roles"
    empty = "Nobody has a role yet. An invitation gives one."
    list_display = (*GRANT_COLUMNS, text("user__name", "Who"))
    facts = (
        text("user__name", "Who"),
        said("role", "Role"),
        moment("began_at", "From"),
        moment("ended_at", "Until"),
    )
    list_filter = ("role",)
    ordering = ("-id",)


@admin.register(Invitation, site=office)
class Invitations(Noun):
    about = "Who was asked to join, and whether they have."
    empty = "Nobody was invited yet."
    list_display = (
        own("E-mail", lambda one: one.email, sorts="email"),
        worked_out("roles", "As", lambda one: ", ".join(one.roles)),
        moment("made_at", "Invited"),
        moment("expires_at", "Until"),
        moment("accepted_at", "Accepted"),
    )
    facts = (
        text("email", "E-mail"),
        worked_out("roles", "As", lambda one: ", ".join(one.roles)),
        text("invited_by__name", "By"),
        moment("made_at", "Invited"),
        moment("expires_at", "Until"),
        moment("accepted_at", "Accepted"),
    )
    ordering = ("-made_at",)
