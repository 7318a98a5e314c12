# SPDX-FileCopyrightText: The Quarterdeck authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom, checked over the sources: cmake -DROOT=<checkout> -P tests/includes.cmake
#
# - core/ includes no ui/, no app/ and no header of Qt's Gui, Widgets, Charts and their kin;
# - a folder of core/ includes itself and those that core/CMakeLists.txt adds before it;
# - ui/ includes no app/;
# - tr() stands in ui/ and app/ only.
cmake_minimum_required(VERSION 3.25)

if(NOT ROOT)
    get_filename_component(ROOT ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
endif()

file(STRINGS ${ROOT}/core/CMakeLists.txt additions REGEX "^add_subdirectory\\(")
set(core_folders "")
foreach(addition ${additions})
    string(REGEX REPLACE "^add_subdirectory\\(([a-z]+)\\).*" "\\1" folder ${addition})
    list(APPEND core_folders ${folder})
endforeach()

# Qt's own folders tell which module a header belongs to.
if(NOT QT_HEADERS)
    file(GLOB QT_HEADERS /usr/include/*/qt6)
endif()
if(NOT IS_DIRECTORY "${QT_HEADERS}/QtGui")
    message(FATAL_ERROR "There is no QtGui in \"${QT_HEADERS}\"; name Qt's headers with -DQT_HEADERS=…")
endif()
set(window_modules QtGui QtWidgets QtCharts QtSvg QtSvgWidgets QtPrintSupport QtOpenGL QtOpenGLWidgets)

set(faults 0)

function(complain file number what)
    message(SEND_ERROR "${file}:${number}: ${what}")
    math(EXPR count "${faults} + 1")
    set(faults ${count} PARENT_SCOPE)
endfunction()

# What is wrong with `header` in core/<folder>, or nothing.
function(judge_core_include folder header result)
    set(${result} "" PARENT_SCOPE)
    if(header MATCHES "^(ui|app)/")
        set(${result} "core includes ${header}; it may include neither ui/ nor app/" PARENT_SCOPE)
        return()
    endif()
    if(header MATCHES "^core/([a-z]+)/")
        list(FIND core_folders ${CMAKE_MATCH_1} other)
        list(FIND core_folders "${folder}" own)
        if(other EQUAL -1 OR other GREATER own)
            set(${result} "core/${folder} includes ${header}, whose folder core/CMakeLists.txt does not\
 add before it" PARENT_SCOPE)
        endif()
        return()
    endif()
    foreach(module ${window_modules})
        if(header MATCHES "^${module}/" OR EXISTS ${QT_HEADERS}/${module}/${header})
            set(${result} "core includes ${header} of ${module}; it may use no window" PARENT_SCOPE)
            return()
        endif()
    endforeach()
endfunction()

# scan(file): reads the lines that matter, with their numbers.
function(scan file)
    file(READ ${ROOT}/${file} text)
    # What would end or split a list's element; a NUL cannot be read at all.
    string(REGEX REPLACE "[][;\\\\]" " " text "${text}")
    string(REPLACE "\n" ";" lines "${text}")
    string(REGEX MATCH "^(core|ui|app)" top ${file})
    set(folder "")
    if(file MATCHES "^core/([a-z]+)/")
        set(folder ${CMAKE_MATCH_1})
    endif()
    set(number 0)
    foreach(line IN LISTS lines)
        math(EXPR number "${number} + 1")
        if(line MATCHES "^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]")
            set(header ${CMAKE_MATCH_1})
            if(top STREQUAL "core")
                judge_core_include("${folder}" ${header} fault)
                if(fault)
                    complain(${file} ${number} "${fault}")
                endif()
            elseif(top STREQUAL "ui" AND header MATCHES "^app/")
                complain(${file} ${number} "ui includes ${header}; app/ is above it")
            endif()
        elseif(top STREQUAL "core" AND line MATCHES "(^|[^A-Za-z0-9_])(tr|QT_TR_NOOP|QT_TRANSLATE_NOOP)\\(")
            string(REGEX REPLACE "//.*" "" code "${line}")
            if(code MATCHES "(^|[^A-Za-z0-9_])(tr|QT_TR_NOOP|QT_TRANSLATE_NOOP)\\(")
                complain(${file} ${number} "core translates; texts for people are made in ui/ and app/")
            endif()
        endif()
    endforeach()
    set(faults ${faults} PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE sources RELATIVE ${ROOT}
    ${ROOT}/core/*.h ${ROOT}/core/*.cpp ${ROOT}/core/*.in ${ROOT}/ui/*.h ${ROOT}/ui/*.cpp)
list(LENGTH core_folders folder_count)
list(LENGTH sources source_count)
if(folder_count EQUAL 0 OR source_count EQUAL 0)
    message(FATAL_ERROR "Nothing to scan below ${ROOT}")
endif()
foreach(source ${sources})
    scan(${source})
endforeach()
if(faults EQUAL 0)
    message(STATUS "${source_count} files keep the order of the folders")
endif()
