"""A terminal wizard for JupyterHub administrators.

The ten-minute tour. Data goes one way through six nouns:

    Host ──detect──► Facts ──ask──► Answers ──plan──► Plan ──apply──► Receipt ──undo

- `host.Host` is a machine seen through one root directory. It lists and reads, never writes.
- `detect.detect` fills `facts.Facts`: environments, kernels, extensions, config files, and for
  every setting what is in force, with file and line. `understand` gives the files their
  meaning, `layers` says which line wins, `in_force` says it in the setting's own terms.
- `settings` holds one record for each question. Screens, answers files, reading, planning and
  the JSON schema all derive from the records: a new setting is one new record.
- `answers.Answers` is what the admin wants; it starts as what is. `wizard.Wizard` is the wizard
  without a face.
- `make_plan.make_plan` turns facts and answers into the exact bytes of each file, purely;
  `landing` and `place` decide where each answer goes; `verify.verify` proves the result.
- `apply.apply` writes all files or none and returns a `journal.Receipt`; `apply.undo` takes it
  back.

`jupyter` is what Jupyter dictates: paths and their order, versions, config languages.
`targets` is where answers can land. `screens` and `prompts` are the faces, and `cli` the verbs;
all only call what stands above. Nothing here but one function of `cli` imports Textual.
"""

__version__ = "0.1.0"
