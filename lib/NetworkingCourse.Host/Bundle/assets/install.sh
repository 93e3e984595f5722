#!/bin/sh
# Installs the course's kernel for VS Code and Jupyter, for you alone. The kernel stays in this folder: if you move the folder,
# install again.
set -eu
cd "$(dirname "$0")"
course=course/NetworkingCourse.Host

# Not every program that unzips keeps what can be started.
chmod +x "$course" course/NetworkingCourse.Worker notebooks/bin/NetworkingCourse.Worker 2>/dev/null || true

# macOS does not start programs that came from a browser or a mail, until somebody says that they may.
if [ "$(uname)" = Darwin ]; then
    xattr -dr com.apple.quarantine . 2>/dev/null || true
fi

# A Linux without ICU, the library for languages and their sorting, does as well.
if ! ("$course" --version) >/dev/null 2>&1; then
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
fi

if ! "$course" --version >/dev/null; then
    echo "The course does not start here. This folder is for {{system}}; this machine says: $(uname -sm)." >&2
    echo "If they differ, take the zip for your system. If they do not: is this folder on a stick? Copy it to your disk." >&2
    exit 1
fi

"$course" jupyter install
echo
"$course" doctor || true
echo
echo "Next: open the folder 'notebooks' in VS Code or Jupyter, then 0-start-here.ipynb, and choose the kernel"
echo "C# (Networking Course). START-HERE.html says how."
