# SPDX-License-Identifier: GPL-3.0-or-later
# The migrations travel inside the libraries, so that no file can be missing at run time.
#
# quarterdeck_migrations(folder variable): the numbered files of resources/sql/<folder>, oldest first, as
# the initialisers of core::history::Migration.
function(quarterdeck_migrations folder variable)
    file(GLOB migrations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/sql/${folder}/*.sql)
    list(SORT migrations)
    set(text_of_all "")
    foreach(migration ${migrations})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${migration})
        get_filename_component(name ${migration} NAME_WE)
        file(READ ${migration} text)
        string(REGEX MATCH "^[0-9]+" number ${name})
        math(EXPR number "1${number} - 10000")
        string(APPEND text_of_all "    {${number}, \"${name}\", R\"SQL(${text})SQL\"},\n")
    endforeach()
    set(${variable} "${text_of_all}" PARENT_SCOPE)
endfunction()
