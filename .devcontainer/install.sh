#!/bin/sh
# Builds the course and installs its kernel for this user: what the dev container and the image for JupyterHub and Binder share.
set -eu
cd "$(dirname "$0")/.."
dotnet build lib/NetworkingCourse.Host --verbosity quiet
dotnet lib/NetworkingCourse.Host/bin/Debug/net10.0/NetworkingCourse.Host.dll jupyter install
