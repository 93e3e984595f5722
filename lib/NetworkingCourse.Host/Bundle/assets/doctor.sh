#!/bin/sh
# Says whether this machine is ready for the course, and what to do where it is not.
cd "$(dirname "$0")"
# Not every program that unzips keeps what can be started.
chmod +x course/NetworkingCourse.Host course/NetworkingCourse.Worker notebooks/bin/NetworkingCourse.Worker 2>/dev/null || true
if ! (course/NetworkingCourse.Host --version) >/dev/null 2>&1; then
    export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
fi
exec course/NetworkingCourse.Host doctor
