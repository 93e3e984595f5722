@echo off
rem Installs the course's kernel for VS Code and Jupyter, for you alone. The kernel stays in this folder: if you move the folder,
rem install again.
setlocal
cd /d "%~dp0"
if not exist course\NetworkingCourse.Host.exe goto notunzipped
course\NetworkingCourse.Host.exe jupyter install
if errorlevel 1 goto failed
echo.
course\NetworkingCourse.Host.exe doctor
echo.
echo Next: open the folder 'notebooks' in VS Code or Jupyter, then 0-start-here.ipynb, and choose the kernel
echo C# (Networking Course). START-HERE.html says how.
goto end

:notunzipped
echo The rest of the course is not here. Unzip all of it first: right-click the zip, and choose Extract All.
goto end

:failed
echo.
echo The kernel was not installed. This folder is for {{system}}. If yours is another system, take its zip.

:end
pause
