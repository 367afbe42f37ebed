"""Role: renames and replacements across files, worked out as proposals."""

from app.adapters.language.ast_grep import executable as ast_grep
from app.adapters.language.ty import executable
from app.core.jobs import Queue
from app.workers.role import Need, Role, program

_NO_TY = "ty is not installed beside Python; it says what names in Python stand for. Install the runtime requirements."

_NO_AST_GREP = "ast-grep is not installed beside Python; it finds code by patterns. Install the runtime requirements."

ROLE = Role(
    name="refactor_worker",
    queues=(Queue.REFACTOR,),
    does="Works out renames and other refactors as proposals; reads names for questions about symbols.",
    confines_tools=True,
    needs=lambda _settings, machine: (
        program(machine, "git", "reads mirrors"),
        Need("ty", None if machine.has_program(executable()) else _NO_TY),
        Need("ast-grep", None if machine.has_program(ast_grep()) else _NO_AST_GREP),
    ),
)
