"""Routes that no browser looks at, and why."""

from __future__ import annotations

_SENT = "answers only forms that are sent"
_FILE = "a file or data, no page"
_STATE = "a plain question about something that has to be made first; the same form is looked at elsewhere"
_FRAGMENT = "a fragment of a page that is looked at"
_LEADS_ON = "leads on to another page"
_OF_LIBRARY = "a state of signing in that needs a second factor or another service"
EXCUSED: dict[str, str] = (
    dict.fromkeys(
        (
            "year", "set_language", "people:act_as", "people:end_session", "people:discard", "people:lift_lockout",
            "people:decide_registration", "people:renew_invitation", "kernel:export", "library:suspension_act",
            "library:value_act", "selfcheck:cancel", "selfcheck:declare", "selfcheck:export", "enterprises:draft",
            "enterprises:discard", "enterprises:import_commit", "enterprises:import_discard",
            "enterprises:import_go_on", "enterprises:save_view", "enterprises:remove_view",
            "enterprises:default_view", "recognition:print_again", "recognition:start", "recognition:take_out", "recognition:answer", "recognition:check",
            "recognition:drop_appeal", "support:start", "support:money_export", "support:own_confirm", "support:results_act",
            "support:own_take_out", "support:own_answer", "support:own_drop_objection", "support:claims_export",
            "support:claim_comment", "support:claim_uncomment", "support:offer_export", "support:offer_start", "support:offer_again",
            "support:quotas_export", "support:quota_act", "support:requests_export", "support:request_act",
            "support:selection_export", "support:selection_act", "support:obligation_act", "support:milestone_act",
            "recognition:comment", "recognition:uncomment", "recognition:recognitions_export",
            "recognition:revocation_act", "recognition:star_set_act", "recognition:star_demonstration",
            "recognition:star_evaluation_act", "recognition:star_notify", "recognition:star_export",
            "recognition:star_override", "recognition:star_override_act", "recognition:decide_all",
            "recognition:remind", "recognition:sheet_export", "recognition:deviations_export",
            "recognition:applications_export",
        ),
        _SENT,
    )
    | dict.fromkeys(
        (
            "health", "metrics", "library:export", "enterprises:evidence", "enterprises:export",
            "enterprises:import_rejects", "mfa_download_recovery_codes", "recognition:announcement_document",
            "recognition:list_export", "recognition:statistics_export",
            "recognition:certificate", "recognition:letter", "recognition:stars_export", "recognition:notice_document", "recognition:print_file",
            "support:letter", "support:request_file", "support:milestone_file",
            "support:lines_export", "support:statement", "support:district_statement", "support:batch_file",
            "support:results_rejects", "support:public_export",
        ),
        _FILE,
    )
    | dict.fromkeys(
        (
            "people:withdraw_invitation", "people:confirm_membership", "people:registered", "selfcheck:hand_over",
            "enterprises:adopt", "enterprises:answer_tie", "enterprises:end_referral", "enterprises:end_tie",
            "enterprises:release", "enterprises:remove_listing", "enterprises:withdraw_ban",
            "enterprises:withdraw_change", "enterprises:withdraw_listing", "enterprises:withdraw_tie",
            "enterprises:delete_file", "recognition:edit_round",
        ),
        _STATE,
    )
    | dict.fromkeys(("selfcheck:progress", "enterprises:import_progress", "recognition:print_progress", "recognition:star_progress", "support:offer_progress", "support:results_progress"), _FRAGMENT)
    | dict.fromkeys(("enterprises:mine", "people:continue", "support:approved", "support:make_batch"), _LEADS_ON)
    | dict.fromkeys(
        (
            "account_inactive", "account_reset_password_from_key_done", "account_set_password", "mfa_authenticate",
            "mfa_deactivate_totp", "mfa_edit_webauthn", "mfa_generate_recovery_codes", "mfa_login_webauthn",
            "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes",
            "openid_connect_callback", "openid_connect_login",
        ),
        _OF_LIBRARY,
    )
)  # fmt: skip
"""Routes that are not looked at, and why."""
