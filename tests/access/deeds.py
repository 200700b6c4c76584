"""Every deed there is, by the record to which it is done; "!" is an administrator's alone. Walked in test_deeds.py."""

DEEDS = {
    "accounts.Invitation": "withdraw!",
    "accounts.User": "again! end! roles! sign-out!",
    "courts.Agency": "invite!",
    "courts.Clerkship": "end!",
    "courts.Closure": "back",
    "courts.Court": "change closure invite! let-in!",
    "courts.Deadline": "extend",
    "courts.Delivery": "delivered failed new-link",
    "courts.Extension": "confirm",
    "courts.Flag": "settle",
    "courts.Imposed": "end",
    "courts.ListImport": "undo",
    "courts.ListUpload": "again columns discard take-in",
    "courts.Membership": "end!",
    "courts.Proposal": "book dismiss done done-otherwise review see take-over",
    "courts.Recipient": "attachment confirm end release",
    "courts.Referral": "accept add-recipient begin-report close court-order! decline file hold impose legal-hold!"
    " reopen resume",
    "courts.Report": "correct correction-asked duplicate issue looked own-copy remind replied stands withdraw words",
    "messaging.DiscretionException": "end!",
    "messaging.InboundText": "seen",
    "messaging.Message": "not-gone posted returned went",
    "office.FunderReport": "publish! take-off!",
    "participants.Appointment": "again cancel move settle",
    "participants.ContactPoint": "consent safe unsafe",
    "participants.Merge": "undo",
    "participants.NonAssociation": "end",
    "participants.Participant": "apart appointment contact correct legal-hold! note own-file reach release restrict!",
    "participants.Restriction": "end! names!",
    "programs.Booking": "cancel",
    "programs.Cohort": "close makeup merge seats",
    "programs.Curriculum": "version",
    "programs.DayOff": "back",
    "programs.EligibilityItem": "change drop",
    "programs.Enrollment": "arrest assess break! makeup more-time new-link paper pay plan refund requirement says-no"
    " seat tablet transfer wait waive",
    "programs.FeeEntry": "take-back",
    "programs.FeeSchedule": "version",
    "programs.Mark": "excuse",
    "programs.Module": "makeup",
    "programs.PaymentPlan": "end",
    "programs.Policy": "version",
    "programs.Program": (
        "agency! allow-phrase! cancel-day change close-books closure cohort court curriculum day-off fees invite!"
        " keep! policy question signer"
    ),
    "programs.Session": "cancel close double leaders move place substitute swap",
    "programs.Signer": "end",
    "programs.WaiverRequest": "approve! refuse!",
    "records.Disposal": "approve! refuse!",
    "records.LegalHold": "lift!",
    "records.OwnFile": "close! hand! identify let-out! show-answers! withdraw",
    "records.Release": "approve! choose close! hand! refuse!",
}

# What can be done to many of a list at once.
BULK = {
    "courts.delivery": ["delivered"],
    "courts.proposal": ["dismiss", "done", "see"],
    "courts.report": ["remind"],
    "participants.appointment": ["cancel"],
    "participants.participant": ["contact"],
}
