#!/bin/sh
# Takes the course's kernel out of VS Code and Jupyter. Your notebooks stay.
set -eu
cd "$(dirname "$0")"
chmod +x course/NetworkingCourse.Host 2>/dev/null || true
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
course/NetworkingCourse.Host jupyter uninstall
echo "Your notebooks are still here. When you do not need them any more, delete this folder."
