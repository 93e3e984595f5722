@echo off
rem Takes the course's kernel out of VS Code and Jupyter. Your notebooks stay.
setlocal
cd /d "%~dp0"
course\NetworkingCourse.Host.exe jupyter uninstall
if errorlevel 1 goto end
echo Your notebooks are still here. When you do not need them any more, delete this folder.

:end
pause
