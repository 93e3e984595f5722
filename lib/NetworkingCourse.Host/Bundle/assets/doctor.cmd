@echo off
rem Says whether this machine is ready for the course, and what to do where it is not.
setlocal
cd /d "%~dp0"
course\NetworkingCourse.Host.exe doctor
pause
