# SPDX-License-Identifier: GPL-3.0-or-later
# What every target of the product shares: language, warnings, strict Qt, one results-everywhere
# floating point, and the functions by which folders declare themselves.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_AUTOMOC OFF)

find_program(CCACHE ccache)
if(CCACHE)
    # So set, ccache also keeps what is compiled with a precompiled header, and finds it from any clone.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${CCACHE})
endif()

# There are some two hundred test programs to link. What users run is linked by the system's own linker.
find_program(LLD ld.lld)
if(LLD AND BUILD_TESTING)
    add_link_options(-fuse-ld=lld)
endif()

add_library(quarterdeck_options INTERFACE)
target_include_directories(quarterdeck_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(quarterdeck_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -ffp-contract=off
    # Alike for all targets, as their precompiled headers need; nothing here is ever interposed.
    -fPIC -fno-semantic-interposition
    $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
target_compile_definitions(quarterdeck_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING
    QT_NO_CONTEXTLESS_CONNECT QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_NO_FOREACH
    QT_STRICT_ITERATORS)

option(QUARTERDECK_WERROR "Treat warnings as errors" OFF)
if(QUARTERDECK_WERROR)
    target_compile_options(quarterdeck_options INTERFACE -Werror)
endif()
if(QUARTERDECK_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -g1)
    add_link_options(-fsanitize=address,undefined)
endif()
set(QUARTERDECK_SANITIZE "" CACHE STRING "Sanitizers to build with, such as address,undefined")
if(QUARTERDECK_SANITIZE)
    add_compile_options(-fsanitize=${QUARTERDECK_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer -g1)
    # Left out is what the address sanitizer reports itself, and what costs a fifth of the building time for little.
    if(QUARTERDECK_SANITIZE MATCHES undefined)
        add_compile_options(-fno-sanitize=null,vptr,object-size,nonnull-attribute,returns-nonnull-attribute)
    endif()
    add_link_options(-fsanitize=${QUARTERDECK_SANITIZE})
endif()

# What nearly every file of core/ reads; see also QUARTERDECK_TEST_HEADERS.
set(QUARTERDECK_CORE_HEADERS
    <algorithm> <array> <charconv> <chrono> <cmath> <filesystem> <functional> <map> <memory> <optional>
    <span> <string> <string_view> <variant> <vector> <fmt/format.h> <nlohmann/json.hpp>)

# quarterdeck_core(name [QT] SOURCES … [LINK …]): one static library per folder of core/.
# QT turns on moc for folders that have QObjects.
function(quarterdeck_core name)
    cmake_parse_arguments(ARG "QT" "" "SOURCES;LINK" ${ARGN})
    add_library(core_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(core_${name} PUBLIC quarterdeck_options ${ARG_LINK})
    # The first folder of core/ makes the precompiled header of all.
    if(name STREQUAL "base")
        target_precompile_headers(core_base PRIVATE ${QUARTERDECK_CORE_HEADERS})
    else()
        target_precompile_headers(core_${name} REUSE_FROM core_base)
    endif()
    if(ARG_QT)
        set_target_properties(core_${name} PROPERTIES AUTOMOC ON)
    endif()
endfunction()

# quarterdeck_test(name [SOURCES …] [LINK …] [GUI]): tests/…/name.cpp as one CTest entry, headless.
function(quarterdeck_test name)
    cmake_parse_arguments(ARG "GUI" "TIMEOUT" "SOURCES;LINK" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    add_executable(${name} ${name}.cpp ${ARG_SOURCES})
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_link_libraries(${name} PRIVATE quarterdeck_options Qt6::Test ${ARG_LINK})
    if(ARG_GUI)
        target_precompile_headers(${name} REUSE_FROM test_gui_headers)
    else()
        target_precompile_headers(${name} REUSE_FROM test_headers)
    endif()
    target_compile_definitions(${name} PRIVATE
        QUARTERDECK_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        QUARTERDECK_SHARED_DATA="${PROJECT_SOURCE_DIR}/../shared/data")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=UTC")
endfunction()
